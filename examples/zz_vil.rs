use pilah::model::*; use pilah::place::*; use std::path::Path;
fn load(p:&str, rep:usize)->(Vec<Example>,Vec<Option<RegionCode>>){
  let fields=[(Field::Address,"alamat"),(Field::Village,"kelurahan"),(Field::District,"kecamatan"),(Field::Date,"tanggal")];
  let c=Columns{text:vec!["text".into()],fields:fields.map(|(f,c)|(f,c.to_owned())).to_vec(),..Columns::default()};
  let mut r=Reader::open(Path::new(p),Format::Csv,&c).unwrap(); let mut b=Batch::new(); r.read(&mut b,usize::MAX).unwrap();
  let pl:Vec<_>=b.rows().map(|r|PlaceFields{village:r.field(Field::Village),district:r.field(Field::District),..PlaceFields::default()}).collect();
  let v=villages_of(&pl,"35.78".parse().ok());
  let ex=b.rows().zip(&v).map(|(r,v)|{ let mut t=String::new(); join_address(r.text(),r.field(Field::Address),&mut t); for _ in 1..rep { t.push_str(" . "); t.push_str(r.field(Field::Address)); }
    Example{date:r.date(),..Example::new(t,[v.map(|v|v.to_string()), v.and_then(|v|v.at(Level::District)).map(|v|v.to_string())])}}).collect(); (ex,v)
}
fn main(){
  let a:Vec<String>=std::env::args().collect();
  for spec in &a[3..] {
    let p:Vec<f64>=spec.split(',').map(|x|x.parse().unwrap()).collect();
    let (tr,_)=load(&a[1],p[3] as usize); let (te,v)=load(&a[2],p[3] as usize);
    let mut t=Training::new(["village","district"]); t.min_count=2; t.linear=LinearParams::default().c(p[0]).nb_strength(p[1]).class_weight_power(p[2]); t.spec.char_weight=p[4] as f32; t.spec.pair_weight=p[5] as f32; t.spec.min_df=p[6] as u32; t.spec.min_df_pair=p[6] as u32; t.spec.min_df_char=p[6] as u32;t.later=0.05;
    let b=t.run(&tr,|_|()).unwrap(); let mut c=b.classifier(); let (mut n,mut ok,mut okd,mut okd2)=(0,0,0,0);
    for (e,v) in te.iter().zip(&v) { if let Some(v)=v { n+=1; let pr=c.classify(&e.text); let l=pr.head("village").unwrap().label().to_owned(); ok+=usize::from(l==v.to_string()); okd+=usize::from(l[..8]==v.to_string()[..8]); okd2+=usize::from(pr.head("district").unwrap().label()==&v.to_string()[..8]); } }
    println!("{spec}: n {n} village {:.4} district {:.4} d-head {:.4}", ok as f64/n as f64, okd as f64/n as f64, okd2 as f64/n as f64);
  }
}
